package workforce

// Grade (职级) is the rank of somebody who is posted, as far as it matters for who may be a chief representative.
type Grade string

// The grades, the lowest first.
const (
	Clerk     Grade = "clerk"   // 科员及以下
	SubOffice Grade = "section" // 股级
	DeputyKe  Grade = "deputy"  // 副科级
	FullKe    Grade = "full"    // 科级及以上
)

// Grades lists the grades.
func Grades() []Grade { return []Grade{Clerk, SubOffice, DeputyKe, FullKe} }

// Label is the Chinese name; "" for none.
func (g Grade) Label() string {
	return map[Grade]string{Clerk: "科员及以下", SubOffice: "股级", DeputyKe: "副科级", FullKe: "科级及以上"}[g]
}

// leads reports whether the grade is that of a chief representative: 股级 at least (hall reference §1.3).
func (g Grade) leads() bool { return g == SubOffice || g == DeputyKe || g == FullKe }
