package variant

import "math"

// A Reader decodes consecutive values, such as the elements of an Array after its header. After an
// error every read returns the zero value, and Err returns the error.
type Reader struct {
	w   writer
	err error
}

// NewReader returns a Reader of values in the binary Variant form.
func NewReader(values []byte) *Reader { return &Reader{w: writer{in: values}} }

// Err returns the first error, nil if there was none.
func (r *Reader) Err() error { return r.err }

// Rest returns the unread bytes.
func (r *Reader) Rest() []byte { return r.w.in[r.w.pos:] }

// Next returns the type of the next value.
func (r *Reader) Next() Type {
	if r.err != nil {
		return Nil
	}
	t, err := TypeOf(r.Rest())
	r.note(err)
	return t
}

// Array reads the header of an Array and returns the number of its elements.
func (r *Reader) Array() int { return r.open(Array) }

// Dictionary reads the header of a Dictionary and returns the number of its entries: keys, each
// followed by its value.
func (r *Reader) Dictionary() int { return r.open(Dictionary) }

func (r *Reader) open(wanted Type) (n int) {
	r.read(wanted, func(header uint32) (err error) {
		n, err = r.w.open(header, 0)
		return err
	})
	return n
}

// Int reads an int.
func (r *Reader) Int() (v int64) {
	r.read(Int, func(header uint32) (err error) {
		v, err = r.w.integer(header)
		return err
	})
	return v
}

// Bool reads a bool.
func (r *Reader) Bool() (v bool) {
	r.read(Bool, func(uint32) error {
		word, err := r.w.word()
		v = word != 0
		return err
	})
	return v
}

// Float reads a float or an int.
func (r *Reader) Float() (v float64) {
	if r.Next() == Int {
		return float64(r.Int())
	}
	r.read(Float, func(header uint32) (err error) {
		v, err = r.w.float(header)
		return err
	})
	return v
}

// NextIsText reports whether the next value is a String or a StringName, which String reads.
func (r *Reader) NextIsText() bool {
	next := r.Next()
	return next == String || next == stringName
}

// String reads a String or a StringName.
func (r *Reader) String() (v string) {
	wanted := String
	if r.Next() == stringName {
		wanted = stringName
	}
	r.read(wanted, func(uint32) error {
		text, err := r.w.string()
		v = string(text)
		return err
	})
	return v
}

// Bytes reads a PackedByteArray. The result is a slice of the input.
func (r *Reader) Bytes() (v []byte) {
	r.read(PackedByteArray, func(uint32) error {
		n, err := r.w.count()
		if err == nil {
			v, err = r.w.take(n)
		}
		if err == nil {
			_, err = r.w.take(-n & 3)
		}
		return err
	})
	return v
}

// Int32s reads a PackedInt32Array.
func (r *Reader) Int32s() (list []int64) {
	r.read(packedInt32Array, func(uint32) error {
		n, err := r.w.count()
		if err != nil || n > (len(r.w.in)-r.w.pos)/4 {
			return truncated(len(r.w.in))
		}
		list = make([]int64, n)
		for i := range list {
			word, _ := r.w.word() // the count has been checked
			list[i] = int64(int32(word))
		}
		return nil
	})
	return list
}

// JSON reads a value of any type and returns its JSON text, as AppendJSON does. If the error is an
// [*UnsendableError], it concerns that value; the reader cannot continue after it.
func (r *Reader) JSON() []byte {
	if r.err != nil {
		return nil
	}
	r.w.out = make([]byte, 0, min(len(r.Rest()), math.MaxInt16))
	if r.note(r.w.value(0)); r.err != nil {
		return nil
	}
	return r.w.out
}

// read reads a value of the wanted type with f, which receives its header.
func (r *Reader) read(wanted Type, f func(header uint32) error) {
	if r.err != nil {
		return
	}
	header, err := r.w.word()
	if err == nil && Type(header&typeMask) != wanted {
		err = &SyntaxError{Offset: r.w.pos - 4, Problem: "expected " + wanted.WithArticle() + ", found " + Type(header&typeMask).WithArticle()}
	}
	if err == nil {
		err = f(header)
	}
	r.note(err)
}

func (r *Reader) note(err error) {
	if r.err == nil {
		r.err = err
	}
}
