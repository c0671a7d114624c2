module go.uber.org/zap

go 1.27.0
