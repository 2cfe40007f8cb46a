package manifest

import "strings"

// A resource is one of the small resources, read as a whole.
type resource struct {
	Value
	id   string
	warn *warnings
}

// enabled reports whether config.enabled allows the resource.
func (r *resource) enabled() bool {
	enabled, ok := r.Get("config").Get("enabled").Bool()
	return !ok || enabled
}

// text returns a member as text; what is neither text nor null is a warning.
func (r *resource) text(key string) string { return r.textOf(key, r.Get(key)) }

func (r *resource) textOf(key string, v Value) string {
	text, ok := v.scalar()
	if !ok && !v.IsNull() {
		r.warn.addf("%s.%s (byte %d): want text, found %s: ignored", r.id, key, v.Offset(), v.Kind())
	}
	return text
}

// names returns a member that is a list of texts, or a single one.
func (r *resource) names(key string) []string { return r.namesOf(key, r.Get(key)) }

func (r *resource) namesOf(key string, v Value) []string {
	if v.Kind() != ValueArray {
		if text := r.textOf(key, v); text != "" {
			return []string{text}
		}
		return nil
	}
	list := make([]string, 0, v.Len())
	for _, item := range v.Items() {
		if text := r.textOf(key, item); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// objects returns the objects of a list.
func (r *resource) objects(key string) []*resource {
	var list []*resource
	v := r.Get(key)
	if v.Kind() != ValueArray && !v.IsNull() {
		r.warn.addf("%s.%s (byte %d): want a list, found %s: ignored", r.id, key, v.Offset(), v.Kind())
	}
	for _, item := range v.Items() {
		if item.Kind() != ValueObject {
			r.warn.addf("%s.%s (byte %d): want an object, found %s: ignored", r.id, key, item.Offset(), item.Kind())
			continue
		}
		list = append(list, &resource{Value: item, id: r.id + "." + key, warn: r.warn})
	}
	return list
}

// sub returns a member as a resource of its own: an empty one if it is null.
func (r *resource) sub(key string) *resource {
	return &resource{Value: r.Get(key), id: r.id + "." + key, warn: r.warn}
}

// dependsOn returns depends_on.nodes without duplicates.
func (r *resource) dependsOn() []string {
	return union(nil, r.sub("depends_on").names("nodes"))
}

// path returns original_file_path.
func (r *resource) path() string { return slashes(r.text("original_file_path")) }

// owner reads {name, email} or a single text. An e-mail may be a list.
func owner(v Value) Owner {
	text := func(v Value) string {
		if s, ok := v.scalar(); ok {
			return s
		}
		var list []string
		for _, item := range v.Items() {
			if s, ok := item.scalar(); ok {
				list = append(list, s)
			}
		}
		return strings.Join(list, ", ")
	}
	if v.Kind() == ValueObject {
		return Owner{Name: text(v.Get("name")), Email: text(v.Get("email"))}
	}
	s := text(v)
	if at := strings.IndexByte(s, '@'); at > 0 && strings.Contains(s[at:], ".") && !strings.ContainsAny(s, " \t") {
		return Owner{Email: s}
	}
	return Owner{Name: s}
}

// exposure makes an exposure of a resource.
func exposure(r *resource) *Exposure {
	return &Exposure{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Path:        r.path(),
		Type:        r.text("type"),
		Label:       r.text("label"),
		Description: r.text("description"),
		URL:         r.text("url"),
		Maturity:    r.text("maturity"),
		Owner:       owner(r.Get("owner")),
		Tags:        union(r.names("tags"), r.sub("config").names("tags")),
		DependsOn:   r.dependsOn(),
		Meta:        r.Get("meta"),
		ConfigMeta:  r.Get("config").Get("meta"),
	}
}

// group makes a group of a resource.
func group(r *resource) *Group {
	return &Group{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Owner:       owner(r.Get("owner")),
	}
}
