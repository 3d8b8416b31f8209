package org

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"yichuang/internal/actor"
)

// Grant gives the holders of a role a permission on a scope (授权). Modules list theirs; New checks the whole.
type Grant struct {
	Role       string
	Permission actor.Permission
	Scope      actor.Scope
}

// grantTable is every module's grants, ready to answer for any set of roles.
type grantTable struct {
	infos  []actor.PermissionInfo
	known  map[actor.Permission]actor.PermissionInfo
	byRole map[string]map[actor.Permission]actor.Scope

	mu   sync.RWMutex
	sets map[string]map[actor.Permission]actor.Scope // by joined role list; grants of a set are shared and never changed
}

// maxRoleSets bounds the memory of role combinations; there are a few dozen in practice.
const maxRoleSets = 1024

// newGrantTable refuses permissions declared twice, grants of what does not exist, grants of reserved permissions, and
// permissions that nobody was given, naming every fault at once.
func newGrantTable(infos []actor.PermissionInfo, grants []Grant) (*grantTable, error) {
	t := &grantTable{
		infos:  infos,
		known:  map[actor.Permission]actor.PermissionInfo{},
		byRole: map[string]map[actor.Permission]actor.Scope{},
		sets:   map[string]map[actor.Permission]actor.Scope{},
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("org: "+format, args...)) }
	for _, p := range infos {
		if _, ok := t.known[p.Name]; ok {
			fault("permission %s is declared twice", p.Name)
		}
		if p.Label == "" || strings.Count(string(p.Name), ".") < 1 {
			fault("permission %q needs a name <module>.<object> and a label", p.Name)
		}
		t.known[p.Name] = p
	}
	given := map[actor.Permission]bool{}
	for _, g := range grants {
		info, ok := t.known[g.Permission]
		_, isRole := findRole(g.Role)
		switch {
		case !isRole:
			fault("grant of %s to unknown role %q", g.Permission, g.Role)
			continue
		case !ok:
			fault("grant of unknown permission %q to %s", g.Permission, g.Role)
			continue
		case info.Reserved:
			fault("%s is reserved, but granted to %s", g.Permission, g.Role)
		case g.Scope <= actor.None || g.Scope > actor.All:
			fault("grant of %s to %s has no scope", g.Permission, g.Role)
		}
		if t.byRole[g.Role] == nil {
			t.byRole[g.Role] = map[actor.Permission]actor.Scope{}
		}
		if _, twice := t.byRole[g.Role][g.Permission]; twice {
			fault("%s is granted to %s twice", g.Permission, g.Role)
		}
		t.byRole[g.Role][g.Permission] = g.Scope
		given[g.Permission] = true
	}
	for _, p := range infos {
		if !given[p.Name] && !p.Reserved {
			fault("permission %s is granted to no role and not marked Reserved", p.Name)
		}
	}
	return t, errors.Join(faults...)
}

// of gives what the holder of a joined list of roles may do. The map is shared: it must not be changed.
func (t *grantTable) of(joined string) map[actor.Permission]actor.Scope {
	t.mu.RLock()
	set, ok := t.sets[joined]
	t.mu.RUnlock()
	if ok {
		return set
	}
	set = map[actor.Permission]actor.Scope{}
	for _, r := range splitList(joined) {
		for p, s := range t.byRole[r] {
			set[p] = max(set[p], s)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sets) < maxRoleSets {
		t.sets[joined] = set
	}
	return set
}

// MatrixRow is one permission with its scope for each role, in the order of Roles.
type MatrixRow struct {
	Permission actor.PermissionInfo
	Scopes     []actor.Scope
}

// Matrix is the table permission × role × scope (角色权限表).
func (m *Module) Matrix() []MatrixRow {
	out := make([]MatrixRow, 0, len(m.grants.infos))
	for _, p := range m.grants.infos {
		row := MatrixRow{Permission: p}
		for _, r := range roles() {
			row.Scopes = append(row.Scopes, m.grants.byRole[r.Code][p.Name])
		}
		out = append(out, row)
	}
	return out
}

// Permission gives the declaration of a permission by name.
func (m *Module) Permission(p actor.Permission) (actor.PermissionInfo, bool) {
	info, ok := m.grants.known[p]
	return info, ok
}

// ScopeName is the Chinese name of a scope, as pages print it.
func ScopeName(s actor.Scope) string {
	return [...]string{"—", "本人", "本单位", "本站点", "本中心", "全部中心"}[s]
}
