package engine

import "fmt"

// Type of a value, as the engine numbers them.
type Type int32

// The types that this layer carries.
const (
	TypeNil             Type = 0 // as a parameter or result: any Variant
	TypeBool            Type = 1
	TypeInt             Type = 2
	TypeFloat           Type = 3
	TypeString          Type = 4
	TypeObject          Type = 24
	TypeCallable        Type = 25
	TypeDictionary      Type = 27
	TypeArray           Type = 28
	TypePackedByteArray Type = 29
	TypePackedInt32s    Type = 30
	TypePackedStrings   Type = 34

	typeStringName Type = 21

	typeNone Type = -1 // of a method that returns nothing
)

// Class describes a class for registration. It is plain data; the functions in
// it are called on the thread that the engine calls from.
type Class struct {
	Name   string
	Parent string // an engine class; of "RefCounted" the engine counts references
	// New makes the Go value behind a new object. It may implement [Notified],
	// [Freed] and what Virtuals calls.
	New           func(Object) any
	Virtuals      Virtuals       // the parent's virtual methods that the class implements
	Internal      bool           // scripts, help and the editor's lists do not show it
	Notifications []Notification // those passed to Notified
	Methods       []Method
	Properties    []Property
	Signals       []*Signal
	Inherited     []*Signal // those of the parent that the class emits
	Enums         []Enum

	index int
}

// Notification that the engine sends to an object.
type Notification int32

// Notifications of nodes.
const (
	NotificationPredelete       Notification = 1 // the object is about to be freed; a node may still be in the tree
	NotificationEnterTree       Notification = 10
	NotificationExitTree        Notification = 11
	NotificationParented        Notification = 18
	NotificationInternalProcess Notification = 25 // each frame, if the object was woken: see [Object.Wake]
)

// Notified is implemented by values that take notifications.
type Notified interface{ Notified(Notification) }

// Warned is implemented by values whose node the editor shows with a warning
// sign while there are warnings. See [Object.UpdateWarnings].
type Warned interface{ ConfigurationWarnings() []string }

// Freed is implemented by values that want to know when the engine has freed
// their object.
type Freed interface{ Freed() }

// Param describes a parameter of a method or signal, or a property.
type Param struct {
	name       string
	kind       Type
	class      string // of an object or the objects in an Array, or "Class.Enum" of an int
	hint       hint
	hintString string
	fallback   []byte // default as a binary Variant; nil: required
	counted    bool   // an object result that is reference-counted
	encoded    bool   // Go gets the value in the binary form as well
	hidden     bool   // a property that the inspector does not show
	computed   bool   // one that cannot be set
}

type hint uint32

const (
	hintNone        hint = 0
	hintRange       hint = 1
	hintEnum        hint = 2
	hintPlaceholder hint = 20
	hintElements    hint = 23 // PROPERTY_HINT_TYPE_STRING
	hintArray       hint = 31
	hintNode        hint = 34
	hintPassword    hint = 36
)

// P names a parameter. Its type comes from the Go function.
func P(name string) Param { return Param{name: name} }

// Default makes the parameter optional; the value is given in the binary
// Variant form. A Dictionary is made anew for each call and so is always empty.
func (p Param) Default(value []byte) Param { p.fallback = value; return p }

// Is names the class of an object parameter, or the enum ("Class.Enum", or a
// global one) of an int.
func (p Param) Is(class string) Param { p.class = class; return p }

// Of gives the type, for parameters of signals.
func (p Param) Of(t Type) Param { p.kind = t; return p }

// ArrayOf makes a parameter of a signal an Array whose elements have a type.
func (p Param) ArrayOf(typeName string) Param {
	p.kind, p.hint, p.hintString = TypeArray, hintArray, typeName
	return p
}

// Type of the parameter.
func (p Param) Type() Type { return p.kind }

// Class of an object, or of an enum.
func (p Param) Class() string { return p.class }

// Property is an entry in the inspector: a value with getter and setter, or the
// head of a group.
type Property struct {
	group    string
	prefix   string
	param    Param
	get, set Method
}

// Group starts a group of the properties that follow.
func Group(name, prefix string) Property { return Property{group: name, prefix: prefix} }

// Prop is a property with its two functions; the methods get_NAME and set_NAME
// are registered with it.
func Prop[T, V any](name string, get func(T) V, set func(T, V)) Property {
	setter := Func1("set_"+name, func(self T, value V) None { set(self, value); return None{} }, P(name))
	getter := Func0("get_"+name, get).Const()
	return Property{param: Param{name: name, kind: setter.params[0].kind}, get: getter, set: setter}
}

// ReadWrite is Prop for a property whose getter and setter have different Go
// types of the same engine type (an owned value out, a borrowed one in).
func ReadWrite[T, Out, In any](name string, get func(T) Out, set func(T, In)) Property {
	setter := Func1("set_"+name, func(self T, value In) None { set(self, value); return None{} }, P(name))
	return Property{param: Param{name: name, kind: setter.params[0].kind}, get: Func0("get_"+name, get).Const(), set: setter}
}

// Computed is a property that only has a getter: the inspectors show it, scene
// files leave it out.
func Computed[T, V any](name string, get func(T) V) Property {
	getter := Func0("get_"+name, get).Const()
	return Property{param: Param{name: name, kind: getter.result.kind, computed: true}, get: getter}
}

// Range sets the inspector's range: "min,max,step" and flags such as
// "or_greater" and "suffix:ms".
func (p Property) Range(hint string) Property {
	p.param.hint, p.param.hintString = hintRange, hint
	return p
}

// Enum makes an int property a choice of names; class is "Class.Enum".
func (p Property) Enum(names, class string) Property {
	p.param.hint, p.param.hintString, p.param.class = hintEnum, names, class
	if !p.param.computed {
		p.set.params[0].class = class
	}
	p.get.result.class = class
	return p
}

// Placeholder is what the inspector shows in an empty text field.
func (p Property) Placeholder(text string) Property {
	p.param.hint, p.param.hintString = hintPlaceholder, text
	return p
}

// Password makes the inspector show dots in place of the text.
func (p Property) Password() Property {
	p.param.hint = hintPassword
	return p
}

// ElementRange is Range for the elements of a packed array of ints.
func (p Property) ElementRange(hint string) Property {
	p.param.hint, p.param.hintString = hintElements, fmt.Sprintf("%d/%d:%s", TypeInt, hintRange, hint)
	return p
}

// Node makes a property a reference to a node of the class.
func (p Property) Node(class string) Property {
	p.param.hint, p.param.hintString = hintNode, class
	return p.object(class)
}

// Hidden keeps an object property of the class out of the inspector and of
// scene files: for what only code can make.
func (p Property) Hidden(class string) Property {
	p.param.hidden = true
	return p.object(class)
}

func (p Property) object(class string) Property {
	p.param.class = class
	if !p.param.computed {
		p.set.params[0].class = class
	}
	p.get.result.class = class
	return p
}

// Edited is the type as which the inspector shows a property whose functions have Variants.
func (p Property) Edited(kind Type) Property {
	p.param.kind = kind
	return p
}

// TakesAny reports whether the property's setter takes values of any type.
func (p Property) TakesAny() bool { return len(p.set.params) > 0 && p.set.params[0].kind == TypeNil }

// Name of the property, empty for a group.
func (p Property) Name() string { return p.param.name }

// Param describes the property's value.
func (p Property) Param() Param {
	value := p.param
	value.class = p.get.result.class
	return value
}

// Signal of a class. It can be emitted once its class is registered.
type Signal struct {
	text   string
	params []Param
	name   nameRef
}

// NewSignal describes a signal.
func NewSignal(name string, params ...Param) *Signal { return &Signal{text: name, params: params} }

// Enum of a class: its constants count from 0.
type Enum struct {
	Name      string
	Constants []string
}
