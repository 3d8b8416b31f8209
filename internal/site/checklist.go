package site

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// CheckItem (检查项) is one thing that is looked at on a visit.
type CheckItem struct {
	Code   string `json:"code" maxLength:"10"`
	Family string `json:"family" maxLength:"20" doc:"类别，如 环境、设施、人员"`
	Text   string `json:"text" maxLength:"200"`
	Points int64  `json:"points" minimum:"1" maximum:"100"`
}

// Checklist (检查表) is one version of what is looked at, and how the points become stars.
type Checklist struct {
	Revision    int64         `json:"revision"`
	Name        string        `json:"name" maxLength:"60"`
	Basis       string        `json:"basis" maxLength:"200"`
	Items       []CheckItem   `json:"items" maxItems:"100"`
	RectifyDays int64         `json:"rectify_days" minimum:"1" maximum:"60" doc:"整改期限，工作日"`
	Stars       []int64       `json:"stars" maxItems:"5" doc:"一星到五星各需得分率百分之几，从低到高"`
	At          clock.Instant `json:"at,omitzero" readOnly:"true"`
}

// DefaultChecklist is the checklist of a centre that has not made its own. Its families are those in which GB/T 36112-2018
// orders the management of a service hall on the spot; the items and points are ours.
func DefaultChecklist() Checklist {
	return Checklist{Name: "便民服务中心现场检查表（内置）", Basis: "类别参照 GB/T 36112-2018 政务服务中心服务现场管理规范，检查项和分值为内置，请按本中心的办法修改", RectifyDays: 10, Stars: []int64{60, 70, 80, 90, 95},
		Items: []CheckItem{
			{"H1", "环境", "场所标识、功能分区和导引清楚，环境整洁", 10}, {"H2", "环境", "无障碍设施、等候座椅、饮水和便民用品齐全可用", 5},
			{"S1", "设施", "叫号、评价、自助和网络设备可以正常使用", 10}, {"S2", "设施", "消防器材有效，安全出口畅通，用电无隐患", 10},
			{"R1", "人员", "窗口有人在岗，着装、挂牌和用语合乎规范", 10}, {"R2", "人员", "AB岗和值班安排上墙，缺岗有人顶替", 5},
			{"F1", "服务", "进驻事项、办事指南和收费依据公开，与发布的一致", 10}, {"F2", "服务", "一次性告知、首问负责、限时办结落实，有台账", 15}, {"F3", "服务", "帮办代办和特殊群体服务有人负责，有记录", 10},
			{"Z1", "秩序", "取号、排队、投诉和“办不成事”窗口秩序正常", 10}, {"X1", "信息", "办件按规定录入系统，印章和档案管理规范", 5}}}
}

// StarsFor gives the stars for points: as many as thresholds are reached.
func (l *Checklist) StarsFor(got, most int64) int64 {
	n := int64(0)
	for _, percent := range l.Stars {
		if most > 0 && got*100 >= percent*most {
			n++
		}
	}
	return n
}

// Item finds an item by its code.
func (l *Checklist) Item(code string) (CheckItem, bool) {
	i := slices.IndexFunc(l.Items, func(x CheckItem) bool { return x.Code == code })
	if i < 0 {
		return CheckItem{}, false
	}
	return l.Items[i], true
}

// Validate says what is wrong with a checklist.
func (l *Checklist) Validate() error {
	e := ErrInput
	if !within(&l.Name, 1, 60) {
		e = e.Field("name", "请填写检查表名称，60 个字以内。")
	}
	if !within(&l.Basis, 1, 200) {
		e = e.Field("basis", "请写明依据，200 个字以内。")
	}
	if l.RectifyDays < 1 || l.RectifyDays > 60 {
		e = e.Field("rectify_days", "整改期限应为 1 到 60 个工作日。")
	}
	if len(l.Stars) > 5 || !slices.IsSorted(l.Stars) || slices.ContainsFunc(l.Stars, func(n int64) bool { return n < 1 || n > 100 }) {
		e = e.Field("stars", "星级线最多五个，从低到高，每个 1 到 100。")
	}
	seen := map[string]bool{}
	for i := range l.Items {
		x := &l.Items[i]
		if !within(&x.Code, 1, 10) || !within(&x.Family, 1, 20) || !within(&x.Text, 1, 200) || x.Points < 1 || x.Points > 100 || seen[x.Code] {
			e = e.Field("items", "检查项“%s”有误：编号不重复，类别、内容和分值都要填。", x.Code)
		}
		seen[x.Code] = true
	}
	if len(l.Items) == 0 || len(l.Items) > 100 {
		e = e.Field("items", "请写 1 到 100 个检查项。")
	}
	return e.OrNil()
}

type checklistRow struct {
	CentreID string        `db:"centre_id"`
	Revision int64         `db:"revision"`
	Body     string        `db:"body"`
	At       clock.Instant `db:"at"`
	ByUser   string        `db:"by_user"`
}

// currentChecklist gives the newest checklist, the built-in one (revision 0) where the centre has none.
func currentChecklist(tx *store.Tx, centre string) (Checklist, error) {
	r, err := store.Get[checklistRow](tx, "SELECT "+store.Columns[checklistRow]("")+" FROM site_checklist WHERE centre_id = $1 ORDER BY revision DESC LIMIT 1", centre)
	if errors.Is(err, store.ErrNotFound) {
		return DefaultChecklist(), nil
	}
	var l Checklist
	if err == nil {
		err = json.Unmarshal([]byte(r.Body), &l)
	}
	return l, err
}

// Checklist gives the checklist that a visit of today is made by.
func (m *Module) Checklist(ctx context.Context) (Checklist, error) {
	a := actor.From(ctx)
	if err := a.Require(PermVisitRead); err != nil {
		return Checklist{}, err
	}
	var l Checklist
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		l, err = currentChecklist(tx, a.CentreID)
		return err
	})
	return l, err
}

// SaveChecklist makes the next version of the checklist; visits keep theirs.
func (m *Module) SaveChecklist(ctx context.Context, l Checklist) (Checklist, error) {
	a := actor.From(ctx)
	if err := a.Require(PermChecklist); err != nil {
		return Checklist{}, err
	}
	if err := l.Validate(); err != nil {
		return Checklist{}, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		now, err := currentChecklist(tx, a.CentreID)
		if err != nil {
			return err
		}
		l.Revision, l.At = now.Revision+1, tx.Now()
		body, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if err := store.Insert(tx, "site_checklist", checklistRow{a.CentreID, l.Revision, string(body), l.At, a.UserID}); err != nil {
			return err
		}
		return record(tx, "site.checklist_save", PermChecklist, "checklist", map[string]any{"revision": l.Revision, "items": len(l.Items)})
	})
	return l, err
}
