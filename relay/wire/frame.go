package wire

import "encoding/binary"

// header is the beginning of a frame: the stream's own fields, before the unreliable entries.
type header struct {
	ack      uint32
	seq      uint32 // 0 without a reliable section
	reliable []byte
}

// readHeader splits a frame into its header and its unreliable entries.
func readHeader(frame []byte) (h header, unreliable []byte, err error) {
	if h.ack, frame, err = readUvarint(frame, "acknowledgement"); err != nil {
		return header{}, nil, err
	}
	if h.seq, frame, err = readUvarint(frame, "section's number"); err != nil || h.seq == 0 {
		return h, frame, err
	}
	size, frame, err := readUvarint(frame, "section's size")
	if err != nil {
		return header{}, nil, err
	}
	h.reliable, frame, err = readBlock(frame, uint64(size), "section")
	return h, frame, err
}

// appendHeader appends everything of a frame but its unreliable entries.
func appendHeader(dst []byte, h header) []byte {
	dst = binary.AppendUvarint(dst, uint64(h.ack))
	dst = binary.AppendUvarint(dst, uint64(h.seq))
	if h.seq == 0 {
		return dst
	}
	return append(binary.AppendUvarint(dst, uint64(len(h.reliable))), h.reliable...)
}
