package main

import (
	"encoding/json"

	"github.com/neorx/neorx"
)

// authorization is a token as tests give it.
type authorization struct {
	Data struct {
		Scheme      string         `json:"scheme"`
		Principal   string         `json:"principal"`
		Credentials string         `json:"credentials"`
		Realm       string         `json:"realm"`
		Parameters  map[string]any `json:"parameters"`
	} `json:"data"`
}

// source is the token as the driver takes it.
func (a *authorization) source() neorx.TokenSource {
	if a == nil {
		return neorx.NoAuth()
	}
	switch t := a.Data; t.Scheme {
	case "none":
		return neorx.NoAuth()
	case "basic":
		return neorx.BasicAuth(t.Principal, t.Credentials, t.Realm)
	case "bearer":
		return neorx.BearerAuth(t.Credentials)
	case "kerberos":
		return neorx.KerberosAuth(t.Credentials)
	default:
		parameters, _ := plain(t.Parameters).(map[string]any)
		return neorx.CustomAuth(t.Principal, t.Credentials, t.Realm, t.Scheme, parameters)
	}
}

// plain makes numbers of JSON, which were kept as text, integers where they are.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			v[key] = plain(item)
		}
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return v
}
