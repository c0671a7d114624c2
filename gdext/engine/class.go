package engine

import "fmt"

// Type is the type of a value, numbered as in the engine.
type Type int32

// The types that this layer handles.
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

	typeNone Type = -1 // the result of a method that returns nothing
)

// Class describes a class for registration. It is plain data; its functions are called on the
// thread from which the engine calls.
type Class struct {
	Name   string
	Parent string // an engine class; children of "RefCounted" are reference-counted
	// New returns the Go value for a new object. The value may implement [Notified], [Freed] and
	// the interfaces that Virtuals requires.
	New           func(Object) any
	Virtuals      Virtuals       // the parent's virtual methods that the class implements
	Internal      bool           // hidden from scripts, the help and the editor's lists
	Notifications []Notification // the ones passed to Notified
	Methods       []Method
	Properties    []Property
	Signals       []*Signal
	Inherited     []*Signal // the parent's signals that the class emits
	Enums         []Enum

	index int
}

// Notification is a notification that the engine sends to an object.
type Notification int32

// Notifications of nodes.
const (
	NotificationPredelete       Notification = 1 // the object is about to be freed; a node may still be in the tree
	NotificationEnterTree       Notification = 10
	NotificationExitTree        Notification = 11
	NotificationParented        Notification = 18
	NotificationInternalProcess Notification = 25 // each frame in which the object is awake: see [Object.Wake]

	NotificationApplicationResumed Notification = 2014 // on a phone: the player has returned to the game
	NotificationApplicationFocusIn Notification = 2016
)

// Notified is implemented by values that receive notifications.
type Notified interface{ Notified(Notification) }

// Warned is implemented by values of nodes with configuration warnings. The editor marks the node
// with a warning sign while there are any. See [Object.UpdateWarnings].
type Warned interface{ ConfigurationWarnings() []string }

// Freed is implemented by values that are notified after the engine has freed their object.
type Freed interface{ Freed() }

// Param describes a parameter of a method or signal, or a property.
type Param struct {
	name       string
	kind       Type
	class      string // the class of an object or of the objects in an Array, or "Class.Enum" for an int
	hint       hint
	hintString string
	fallback   []byte // default as a binary Variant; nil if required
	counted    bool   // an object result that is reference-counted
	encoded    bool   // Go also receives the value in the binary form
	hidden     bool   // a property hidden from the inspector
	computed   bool   // a read-only property
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

// P names a parameter. Its type follows from the Go function.
func P(name string) Param { return Param{name: name} }

// Default makes the parameter optional. The value is in the binary Variant form. A default
// Dictionary is always empty: each call gets a new one.
func (p Param) Default(value []byte) Param { p.fallback = value; return p }

// Is sets the class of an object parameter, or the enum of an int: "Class.Enum" or a global one.
func (p Param) Is(class string) Param { p.class = class; return p }

// Of sets the type of a signal parameter.
func (p Param) Of(t Type) Param { p.kind = t; return p }

// ArrayOf makes a signal parameter an Array with elements of the named type.
func (p Param) ArrayOf(typeName string) Param {
	p.kind, p.hint, p.hintString = TypeArray, hintArray, typeName
	return p
}

// Type returns the parameter's type.
func (p Param) Type() Type { return p.kind }

// Class returns the class of an object parameter, or the enum of an int.
func (p Param) Class() string { return p.class }

// Property is an entry in the inspector: a value with a getter and a setter, or a group heading.
type Property struct {
	group    string
	prefix   string
	param    Param
	get, set Method
}

// Group starts a group that contains the properties after it.
func Group(name, prefix string) Property { return Property{group: name, prefix: prefix} }

// Prop returns a property with the given getter and setter. They are registered as the methods
// get_NAME and set_NAME.
func Prop[T, V any](name string, get func(T) V, set func(T, V)) Property {
	setter := Func1("set_"+name, func(self T, value V) None { set(self, value); return None{} }, P(name))
	getter := Func0("get_"+name, get).Const()
	return Property{param: Param{name: name, kind: setter.params[0].kind}, get: getter, set: setter}
}

// ReadWrite is Prop for a property whose getter and setter use different Go types for one engine
// type: the getter returns an owned value, the setter borrows one.
func ReadWrite[T, Out, In any](name string, get func(T) Out, set func(T, In)) Property {
	setter := Func1("set_"+name, func(self T, value In) None { set(self, value); return None{} }, P(name))
	return Property{param: Param{name: name, kind: setter.params[0].kind}, get: Func0("get_"+name, get).Const(), set: setter}
}

// Computed returns a property without a setter. The inspector shows it; scene files do not store
// it.
func Computed[T, V any](name string, get func(T) V) Property {
	getter := Func0("get_"+name, get).Const()
	return Property{param: Param{name: name, kind: getter.result.kind, computed: true}, get: getter}
}

// Range sets the inspector's range: "min,max,step", followed by flags such as "or_greater" and
// "suffix:ms".
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

// Placeholder sets the text that the inspector shows in an empty text field.
func (p Property) Placeholder(text string) Property {
	p.param.hint, p.param.hintString = hintPlaceholder, text
	return p
}

// Password makes the inspector show dots instead of the text.
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

// Hidden excludes an object property of the class from the inspector and from scene files. It is
// for objects that only code can create.
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

// Edited sets the type that the inspector edits, for a property whose getter and setter use
// Variants.
func (p Property) Edited(kind Type) Property {
	p.param.kind = kind
	return p
}

// TakesAny reports whether the property's setter accepts values of any type.
func (p Property) TakesAny() bool { return len(p.set.params) > 0 && p.set.params[0].kind == TypeNil }

// Name returns the property's name, empty for a group.
func (p Property) Name() string { return p.param.name }

// Param returns the description of the property's value.
func (p Property) Param() Param {
	value := p.param
	value.class = p.get.result.class
	return value
}

// Signal is a signal of a class. It can be emitted once its class is registered.
type Signal struct {
	text   string
	params []Param
	name   nameRef
}

// NewSignal describes a signal.
func NewSignal(name string, params ...Param) *Signal { return &Signal{text: name, params: params} }

// Enum is an enum of a class. Its constants count from 0.
type Enum struct {
	Name      string
	Constants []string
}
