module phoenixchannels

go 1.27.0

require (
	github.com/godot-go/godot-go v0.3.40
	github.com/gorilla/websocket v1.5.3
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.5
)

require (
	go.uber.org/atomic v1.7.0 // indirect
	go.uber.org/multierr v1.6.0 // indirect
	go.uber.org/zap v1.16.0 // indirect
)
