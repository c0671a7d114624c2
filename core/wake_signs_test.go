//go:build !linux

package core

func reportingSigns() *signReader { return new(signReader) }
