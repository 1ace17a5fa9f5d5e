//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"fmt"
	"time"
)

// toKuzu checks a parameter, and puts it into the form that Kùzu's binding takes. The path names the value in errors.
//
// The binding has no type for an empty list, an empty map or a null inside of either, no bytes and no calendar types;
// a list of maps becomes a list of structs, which all have the same fields.
func toKuzu(path string, value any) (any, error) {
	switch v := value.(type) {
	case bool, int64, float64, string:
		return v, nil
	case time.Time:
		return v.UTC(), nil
	case []any:
		return listToKuzu(path, v)
	case map[string]any:
		return mapToKuzu(path, v)
	}
	if value == nil {
		return nil, unsupported(path, "a null inside a list or a map")
	}
	return nil, unsupported(path, fmt.Sprintf("a %T", value))
}

func listToKuzu(path string, list []any) (any, error) {
	if len(list) == 0 {
		return nil, unsupported(path, "an empty list")
	}
	converted := make([]any, len(list))
	for i, item := range list {
		var err error
		if converted[i], err = toKuzu(fmt.Sprintf("%s[%d]", path, i), item); err != nil {
			return nil, err
		}
	}
	return converted, nil
}

func mapToKuzu(path string, fields map[string]any) (any, error) {
	if len(fields) == 0 {
		return nil, unsupported(path, "an empty map")
	}
	converted := make(map[string]any, len(fields))
	for name, field := range fields {
		var err error
		if converted[name], err = toKuzu(path+"."+name, field); err != nil {
			return nil, err
		}
	}
	return converted, nil
}

func unsupported(path, what string) error {
	return typeError(fmt.Sprintf("parameter %s: Kùzu's Go binding cannot carry %s", path, what))
}
