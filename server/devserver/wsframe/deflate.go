package wsframe

import (
	"bytes"
	"compress/flate"
	"io"
	"strings"
)

// window is how far back permessage-deflate (RFC 7692) may refer: 15 bits.
const window = 32 << 10

// tail ends every compressed message; it is left out on the wire. The second half is an empty
// final block, which makes the decompressor stop instead of asking for more.
var tail = []byte{0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff}

// Like Bandit the server refuses a message that grows to more than maxGrowth times its received
// size, not counting the first freeGrowth bytes.
const (
	maxGrowth  = 25
	freeGrowth = 16 << 10
)

// inflater decompresses messages that may refer to earlier ones.
type inflater struct {
	reader io.ReadCloser
	past   []byte // the last window of what the client has sent
}

func newInflater() *inflater { return &inflater{reader: flate.NewReader(bytes.NewReader(nil))} }

// inflate decompresses a message of at most limit bytes (0: any size).
func (i *inflater) inflate(data []byte, limit int) ([]byte, error) {
	if growth := len(data)*maxGrowth + freeGrowth; limit == 0 || growth < limit {
		limit = growth
	}
	source := io.MultiReader(bytes.NewReader(data), bytes.NewReader(tail))
	if err := i.reader.(flate.Resetter).Reset(source, i.past); err != nil {
		return nil, &ProtocolError{CloseInvalidPayload, "cannot decompress: " + err.Error()}
	}
	message, err := io.ReadAll(io.LimitReader(i.reader, int64(limit)+1))
	if err != nil {
		return nil, &ProtocolError{CloseInvalidPayload, "cannot decompress: " + err.Error()}
	}
	if len(message) > limit {
		return nil, &ProtocolError{CloseTooLarge, "decompressed message exceeds the limit"}
	}
	i.past = append(i.past, message...)
	if len(i.past) > window {
		i.past = append([]byte(nil), i.past[len(i.past)-window:]...)
	}
	return message, nil
}

// deflater compresses messages; each may refer to the ones before it, unless that was ruled out.
type deflater struct {
	out       bytes.Buffer
	writer    *flate.Writer
	noContext bool
}

func newDeflater(noContext bool) *deflater {
	d := &deflater{noContext: noContext}
	writer, err := flate.NewWriter(&d.out, flate.DefaultCompression)
	if err != nil { // only for a level that does not exist
		panic(err)
	}
	d.writer = writer
	return d
}

// deflate returns the compressed message, valid until the next call.
func (d *deflater) deflate(data []byte) []byte {
	d.out.Reset()
	if d.noContext {
		d.writer.Reset(&d.out)
	}
	_, _ = d.writer.Write(data) // a bytes.Buffer takes everything
	_ = d.writer.Flush()
	return bytes.TrimSuffix(d.out.Bytes(), tail[:4])
}

// Deflate is what client and server agreed on for permessage-deflate.
type Deflate struct {
	Header          string // the value of Sec-WebSocket-Extensions in the answer
	serverNoContext bool
}

// AcceptDeflate answers the extensions a client offers; nil when there is no offer of
// permessage-deflate that can be met. Like Bandit it repeats the parameters that the client names,
// and without any it agrees to context takeover both ways.
func AcceptDeflate(offers string) *Deflate {
offers:
	for offer := range strings.SplitSeq(offers, ",") {
		name, params, _ := strings.Cut(offer, ";")
		if strings.TrimSpace(name) != "permessage-deflate" {
			continue
		}
		answer := Deflate{Header: "permessage-deflate"}
		for param := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(param), "=")
			switch {
			case key == "":
				continue
			case key == "client_max_window_bits":
				key += "=15"
			case key == "server_no_context_takeover":
				answer.serverNoContext = true
			case key == "client_no_context_takeover":
			case key == "server_max_window_bits" && strings.Trim(value, `"`) == "15":
				key += "=15"
			default: // compress/flate has no smaller window
				continue offers
			}
			answer.Header += ";" + key
		}
		return &answer
	}
	return nil
}
