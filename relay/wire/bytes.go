package wire

import (
	"encoding/binary"
	"math"
)

// readUvarint reads an unsigned LEB128 number of at most 32 bits. The shortest form is not
// required.
func readUvarint(data []byte, what string) (value uint32, rest []byte, err error) {
	long, n := binary.Uvarint(data)
	switch {
	case n == 0:
		return 0, nil, malformed("%s is cut off", what)
	case n < 0 || long > math.MaxUint32:
		return 0, nil, malformed("%s has more than 32 bits", what)
	}
	return uint32(long), data[n:], nil
}

func readByte(data []byte, what string) (value byte, rest []byte, err error) {
	if len(data) == 0 {
		return 0, nil, malformed("%s is missing", what)
	}
	return data[0], data[1:], nil
}

// readBlock reads n bytes.
func readBlock(data []byte, n uint64, what string) (block, rest []byte, err error) {
	if n > uint64(len(data)) {
		return nil, nil, malformed("%s has %d bytes, %d are left", what, n, len(data))
	}
	return data[:n:n], data[n:], nil
}

// readSized reads a length and that many bytes.
func readSized(data []byte, limit int, what string) (block, rest []byte, err error) {
	size, rest, err := readUvarint(data, "size")
	if err != nil {
		return nil, nil, err
	}
	if uint64(size) > uint64(limit) {
		return nil, nil, &Violation{ReasonPacketTooBig, what + " is larger than the limit"}
	}
	return readBlock(rest, uint64(size), what)
}

func appendBool(dst []byte, on bool) []byte {
	if on {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func readBool(data []byte, what string) (on bool, rest []byte, err error) {
	b, rest, err := readByte(data, what)
	if err == nil && b > 1 {
		return false, nil, malformed("%s is %d, not 0 or 1", what, b)
	}
	return b == 1, rest, err
}
