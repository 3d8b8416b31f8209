package cli

import (
	"context"
	"errors"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// database looks at the data, read-only, also beside a running server.
func (x *examination) database() {
	url := string(x.g.Config.Database)
	db, err := store.Open(x.g.Ctx, store.Options{URL: url, Clock: x.g.Clock, ReadOnly: true})
	if errors.Is(err, store.ErrAbsent) {
		x.add(levelNote, "数据库", "还没有数据库，首次启动时建立")
		x.clock(0)
		return
	}
	if err != nil {
		x.fail("数据库", err)
		x.clock(0)
		return
	}
	defer db.Close()
	if store.InUse(url) {
		x.add(levelGood, "数据库", "能打开；正由运行中的程序使用，以下为只读检查")
	} else {
		x.add(levelGood, "数据库", "能打开；没有程序在使用")
	}
	if !x.schema(db) {
		return
	}
	x.key(db)
	if !x.quick {
		if err := db.CheckIntegrity(x.g.Ctx); err != nil {
			x.fail("数据文件", err)
			return
		}
		x.chains(db)
	}
	x.jobs(db)
	x.modules()
}

func (x *examination) schema(db *store.DB) bool {
	s, err := db.Schema(x.g.Ctx, app.Migrations()...)
	switch {
	case err != nil:
		x.fail("数据库结构", err)
	case len(s.Unknown) > 0:
		x.add(levelBad, "数据库结构", "数据库（%d）比程序（%d）新。请改用更新的程序，或从备份恢复。", s.Have, s.Want)
	case len(s.Pending) > 0:
		x.add(levelNote, "数据库结构", "有 %d 项升级待执行，下次启动时自动进行。请先备份。", len(s.Pending))
	default:
		x.add(levelGood, "数据库结构", "与程序一致（%d）", s.Have)
		return true
	}
	return false
}

func (x *examination) key(db *store.DB) {
	path := x.g.Config.Keys()
	_, found, err := crypt.Inspect(x.g.Ctx, db, path)
	switch {
	case err != nil:
		x.fail("密钥文件", err)
	case !found:
		x.add(levelNote, "密钥文件", "%s 还没有，首次启动时建立", path)
	default:
		x.add(levelGood, "密钥文件", "%s 与数据库配套。请确认已另行备份。", path)
	}
}

// chains walks the audit log and compares the machine's clock with its newest line.
func (x *examination) chains(db *store.DB) {
	centres, err := audit.Centres(x.g.Ctx, db)
	if err != nil {
		x.fail("审计日志", err)
		return
	}
	var lines int64
	var newest clock.Instant
	faults := 0
	for _, c := range centres {
		r, err := audit.Verify(x.g.Ctx, db, c, func(l *audit.Line) error {
			newest = max(newest, l.At)
			return nil
		})
		if err != nil {
			x.fail("审计日志", err)
			return
		}
		lines, faults = lines+r.Lines, faults+len(r.Faults)
	}
	if faults > 0 {
		x.add(levelBad, "审计日志", "%d 处校验不符：有记录被改动、删除或添加。请运行 yichuang audit verify 查看，并保留现场。", faults)
	} else {
		x.add(levelGood, "审计日志", "%d 条，校验链完整", lines)
	}
	x.clock(newest)
}

// clock looks whether the machine's time can be right: not before this program was made, nor before what was recorded.
func (x *examination) clock(newest clock.Instant) {
	now := x.g.Clock.Now()
	switch {
	case now < clock.At(2026, 1, 1, 0, 0):
		x.add(levelBad, "系统时间", "%s，明显不对。时限按系统时间计算，请先校准。", now)
	case now < newest-60_000:
		x.add(levelBad, "系统时间", "%s，早于最近的一条记录（%s）。请校准系统时间。", now, newest)
	default:
		x.add(levelGood, "系统时间", "%s（北京时间）", now)
	}
}

// waitsTooLong is how long a due job may wait before it is worth a word.
const waitsTooLong = 10 * time.Minute

func (x *examination) jobs(db *store.DB) {
	var c jobs.Census
	err := db.Read(x.g.Ctx, func(tx *store.Tx) (err error) {
		c, err = jobs.Count(tx, x.g.Clock.Now().Add(-waitsTooLong))
		return err
	})
	switch {
	case err != nil:
		x.fail("后台任务", err)
	case c.Dead > 0:
		x.add(levelBad, "后台任务", "%d 个任务多次失败后停止。请用 yichuang jobs list 查看原因，处理后用 yichuang jobs retry 重试。", c.Dead)
	case c.Late > 0:
		x.add(levelNote, "后台任务", "%d 个任务已到时间而没有执行。程序没有运行时属正常，启动后会补上。", c.Late)
	default:
		x.add(levelGood, "后台任务", "等待 %d 个，没有失败", c.Ready+c.Running)
	}
}

// modules asks each module about its own data, centre by centre.
func (x *examination) modules() {
	a, err := x.g.Inspect()
	if err != nil {
		return // the reason is told above
	}
	defer a.Close()
	centres, err := a.Org.Centres(actor.With(x.g.Ctx, &actor.Actor{Kind: actor.System}))
	if err != nil {
		x.fail("中心", err)
		return
	}
	if len(centres) == 0 {
		x.add(levelNote, "中心", "还没有建立中心")
	}
	for _, c := range centres {
		ctx := actor.With(x.g.Ctx, actor.SystemFor(c.ID))
		x.calendar(ctx, a, c)
		x.searchIndex(ctx, a, c)
		if !x.quick {
			x.hotline(ctx, a, c)
			x.accounts(ctx, a, c)
			x.exchange(ctx, a, c)
			x.cases(ctx, a, c)
			x.matters(ctx, a, c)
		}
	}
}

func (x *examination) calendar(ctx context.Context, a *app.App, c org.Centre) {
	list, err := a.Calendar.Warn(ctx)
	if err != nil {
		x.fail("工作日历", err)
		return
	}
	for _, w := range list {
		x.add(levelNote, "工作日历", "%s：%s", c.Name, w.Text)
	}
	if len(list) == 0 {
		x.add(levelGood, "工作日历", "%s：今年的安排已导入", c.Name)
	}
}

// searchIndex tells how far the filling of the full-text index is.
func (x *examination) searchIndex(ctx context.Context, a *app.App, c org.Centre) {
	r, err := a.Hotline.IndexState(ctx)
	switch {
	case err != nil:
		x.fail("查找索引", err)
	case r.Running():
		x.add(levelNote, "查找索引", "%s：正在补建，%d／%d（%d%%）。程序运行时自动进行，完成前较早的工单和答复可能查不到。", c.Name, r.Done, r.Total, r.Percent())
	default:
		x.add(levelGood, "查找索引", "%s：齐全", c.Name)
	}
}

// accounts compares the sums of the books with their entries.
func (x *examination) accounts(ctx context.Context, a *app.App, c org.Centre) {
	list, err := a.Finance.Check(ctx)
	if err != nil {
		x.fail("账簿", err)
		return
	}
	for _, text := range list[:min(5, len(list))] {
		x.add(levelBad, "账簿", "%s：%s", c.Name, text)
	}
	if books, err := a.Finance.Books(ctx); err == nil && len(list) == 0 && len(books) > 0 {
		x.add(levelGood, "账簿", "%s：%d 个年度，汇总与分录相符", c.Name, len(books))
	}
}

// cases proves the cases of the hall.
func (x *examination) cases(ctx context.Context, a *app.App, c org.Centre) {
	r, err := a.Casework.Check(ctx)
	if err != nil {
		x.fail("办件数据", err)
		return
	}
	for _, f := range r.Faults[:min(5, len(r.Faults))] {
		x.add(levelBad, "办件数据", "%s：办件 %s %s", c.Name, f.No, f.Text)
	}
	if n := len(r.Faults); n > 5 {
		x.add(levelBad, "办件数据", "%s：还有 %d 处，用 yichuang casework check 查看", c.Name, n-5)
	}
	if len(r.Faults) == 0 && r.Cases > 0 {
		x.add(levelGood, "办件数据", "%s：办件 %d 件、办理记录 %d 条、时钟 %d 个，按记录推算相符", c.Name, r.Cases, r.Events, r.Clocks)
	}
}

// matters proves the stuck matters and complaints.
func (x *examination) matters(ctx context.Context, a *app.App, c org.Centre) {
	list, err := a.Complaint.Check(ctx)
	if err != nil {
		x.fail("办不成事和投诉", err)
		return
	}
	for _, w := range list[:min(5, len(list))] {
		x.add(levelBad, "办不成事和投诉", "%s：%s %s", c.Name, w.No, w.Text)
	}
	if len(list) == 0 {
		x.add(levelGood, "办不成事和投诉", "%s：办理记录和时限相符", c.Name)
	}
}

// exchange proves the chain of usage records of shared data.
func (x *examination) exchange(ctx context.Context, a *app.App, c org.Centre) {
	chain, err := a.Exchange.Check(ctx)
	if err != nil {
		x.fail("数据使用记录", err)
		return
	}
	for _, f := range chain.Faults[:min(5, len(chain.Faults))] {
		x.add(levelBad, "数据使用记录", "%s：第 %d 条：%s", c.Name, f.Seq, f.Text)
	}
	if len(chain.Faults) == 0 && chain.Records > 0 {
		x.add(levelGood, "数据使用记录", "%s：%d 条，链条相连", c.Name, chain.Records)
	}
}

func (x *examination) hotline(ctx context.Context, a *app.App, c org.Centre) {
	r, err := a.Hotline.Check(ctx)
	if err != nil {
		x.fail("热线数据", err)
		return
	}
	if len(r.Faults) == 0 {
		x.add(levelGood, "热线数据", "%s：工单 %d 张、办理记录 %d 条、提醒 %d 条，校验和计数相符；按办理记录推算 %d 张，与统计数据相符", c.Name, r.Tickets, r.Events, r.Notices, r.Replayed)
		return
	}
	const shown = 5
	for i, f := range r.Faults {
		if i == shown {
			x.add(levelBad, "热线数据", "%s：还有 %d 处", c.Name, len(r.Faults)-shown)
			break
		}
		x.add(levelBad, "热线数据", "%s：%s", c.Name, f.Public)
	}
}
