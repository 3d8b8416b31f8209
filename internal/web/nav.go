package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
)

// NavItem is one line of the staff navigation (左侧导航), shown to actors who hold Permission.
type NavItem struct {
	Group      string // heading; groups stand in the order of their first item, rarely used ones after the others
	Label      string
	Href       string
	Permission actor.Permission
	Least      actor.Scope // the permission must hold on at least so much; any scope where it is not said
	Icon       string      // name in IconNames
	// Count gives the true number shown beside the label, such as open work orders; 0 shows none. It runs for every
	// staff page, so it reads a counter, never a COUNT(*).
	Count func(ctx context.Context) (int, error)
	// Most is where Count stops counting; a number that reaches it is shown as one less and a plus sign: 99+ for 100.
	Most int
}

// Nav adds lines to the navigation.
func (k *Kit) Nav(items ...NavItem) { k.nav = append(k.nav, items...) }

// NavItems lists the registered lines, for guard tests.
func (k *Kit) NavItems() []NavItem { return append([]NavItem(nil), k.nav...) }

type navGroup struct {
	Label string
	Links []navLink
}

type navLink struct {
	NavItem
	Number  string // "" for none
	Current bool
}

// navFor builds the actor's navigation. The current line is the one whose address is the longest prefix of path.
func (k *Kit) navFor(ctx context.Context, path string) []navGroup {
	a := actor.From(ctx)
	var groups []navGroup
	at := map[string]int{}
	best, bestLen := [2]int{-1, -1}, 0
	for _, item := range k.nav {
		if Allow(a, item.Permission) != nil || item.Least != actor.None && a.Scope(item.Permission) < item.Least {
			continue
		}
		g, ok := at[item.Group]
		if !ok {
			g = len(groups)
			at[item.Group] = g
			groups = append(groups, navGroup{Label: item.Group})
		}
		groups[g].Links = append(groups[g].Links, navLink{NavItem: item, Number: k.navCount(ctx, item)})
		if under(path, item.Href) && len(item.Href) > bestLen {
			best, bestLen = [2]int{g, len(groups[g].Links) - 1}, len(item.Href)
		}
	}
	if best[0] >= 0 {
		groups[best[0]].Links[best[1]].Current = true
	}
	slices.SortStableFunc(groups, func(a, b navGroup) int { return seldom(a.Label) - seldom(b.Label) })
	return groups
}

// seldom puts what is set up once and seldom looked at below the work of the day.
func seldom(group string) int { return slices.Index([]string{"设置", "组织与账号"}, group) }

func under(path, href string) bool {
	href, _, _ = strings.Cut(href, "?")
	return path == href || href != "/" && strings.HasPrefix(path, href+"/")
}

func (k *Kit) navCount(ctx context.Context, item NavItem) string {
	if item.Count == nil {
		return ""
	}
	n, err := item.Count(ctx)
	switch {
	case err != nil:
		k.log.ErrorContext(ctx, "navigation count", "request_id", RequestID(ctx), "href", item.Href, "cause", err.Error())
		return ""
	case n <= 0:
		return ""
	case item.Most > 0 && n >= item.Most:
		return strconv.Itoa(item.Most-1) + "+"
	case n > 9999:
		return "9999+"
	}
	return strconv.Itoa(n)
}
