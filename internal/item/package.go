package item

import "strings"

// MergedMaterial is a material of a package (一件事) with the members that need it: handed in once for all of them.
type MergedMaterial struct {
	Material
	For []string `json:"for"` // names of the members that need it
	// Always is false where only some situation of the members asks for it.
	Always bool `json:"always"`
}

// merge puts the materials of a package together: what several members need under one name is asked for once, with the
// greatest number of originals and copies, needed where one of them needs it and waivable only where all agree.
func merge(own []Material, members []Member) []MergedMaterial {
	if len(members) == 0 {
		return nil
	}
	var out []MergedMaterial
	at := map[string]int{}
	add := func(m Material, who string, always bool) {
		key := strings.Join(strings.Fields(m.Name), "")
		i, known := at[key]
		if !known {
			at[key] = len(out)
			m.Code = "M" + itoa(len(out)+1)
			out = append(out, MergedMaterial{Material: m, For: []string{who}, Always: always})
			return
		}
		x := &out[i]
		x.Originals, x.Copies = max(x.Originals, m.Originals), max(x.Copies, m.Copies)
		x.Optional, x.Waivable = x.Optional && m.Optional, x.Waivable && m.Waivable
		x.Always = x.Always || always
		if x.Source == "shared" && m.Source != "shared" {
			x.Source, x.Issuer = m.Source, m.Issuer
		}
		x.For = append(x.For, who)
	}
	for _, m := range own {
		add(m, "一件事申请", true)
	}
	for _, p := range members {
		chosen := p.Content.chosen()
		for _, m := range p.Content.Materials {
			add(m, p.Content.Name, !chosen[m.Code])
		}
	}
	return out
}
