This library contains the work of others, under these licences.
{{range .}}
--------------------------------------------------------------------------------
{{.Name}} {{.Version}} ({{.LicenseName}})

{{.LicenseText}}
{{- end}}
