package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
)

// ErrFile refuses a file that cannot be opened.
var ErrFile = errs.New(errs.Invalid, "cli.file", "读不到文件，没有导入。请检查文件名和权限。")

// InCentre are the options of commands that act in one centre.
type InCentre struct {
	Centre   string `help:"中心代码，只有一个中心时可以不写" placeholder:"代码"`
	Settings `embed:""`
}

// open opens the database with a context in which the program acts in the centre.
func (o *InCentre) open(g *Globals) (*app.App, context.Context, error) {
	a, err := g.Open()
	if err != nil {
		return nil, nil, err
	}
	ctx, err := a.SystemContext(g.Ctx, o.Centre)
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, ctx, nil
}

// OrgCmd is the command org: centres, and lists of sites, units and users.
type OrgCmd struct {
	Init      OrgInitCmd      `cmd:"" help:"新建政务中心和它的第一位系统管理员"`
	Import    OrgImportCmd    `cmd:"" help:"导入站点、单位或用户名单（XLSX 或 CSV）"`
	Divisions OrgDivisionsCmd `cmd:"" help:"导入行政区划代码表（CSV，含 code、name 两列）"`
}

// OrgInitCmd makes a centre.
type OrgInitCmd struct {
	Code     string `required:"" help:"中心代码：小写字母和数字，例如 linxia" placeholder:"代码"`
	Name     string `required:"" help:"中心名称，例如 临夏市政务中心" placeholder:"名称"`
	Division string `required:"" help:"行政区划代码，例如 622901" placeholder:"代码"`
	Tier     string `help:"层级：county 县级，prefecture 市州级，province 省级" enum:"county,prefecture,province" default:"county"`
	Admin    string `help:"系统管理员的用户名" default:"admin" placeholder:"用户名"`
	Settings `embed:""`
}

// Run makes the centre and prints the administrator's one-time password.
func (c *OrgInitCmd) Run(g *Globals) (err error) {
	if err := g.Config.DataDir(); err != nil {
		return fmt.Errorf("不能建立数据文件夹：%w", err)
	}
	a, err := g.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	centre, err := a.CreateCentre(actor.With(g.Ctx, actor.SystemFor("")), org.CentreInput{Code: c.Code, Name: c.Name, Division: c.Division, Tier: org.Tier(c.Tier)})
	if err != nil {
		return err
	}
	fmt.Fprintf(g.Out, "已新建 %s（%s）。\n", centre.Name, centre.Code)
	return addUser(g, a, actor.With(g.Ctx, actor.SystemFor(centre.ID)), org.AccountInput{Roles: []string{org.RoleAdmin}, MustChange: true,
		UserInput: org.UserInput{Username: c.Admin, DisplayName: org.RoleName(org.RoleAdmin)}})
}

func addUser(g *Globals, a *app.App, ctx context.Context, in org.AccountInput) error {
	u, password, err := a.Org.AddAccount(ctx, in)
	if err != nil {
		return err
	}
	roles := ""
	if len(u.Roles()) > 0 {
		roles = "（" + org.RoleNames(u.Roles()) + "）"
	}
	_, err = fmt.Fprintf(g.Out, "已新建用户 %s%s。\n一次性密码：%s\n密码只显示这一次，首次登录必须修改。\n", u.Username, roles, password)
	return err
}

// OrgImportCmd imports a list.
type OrgImportCmd struct {
	Kind   string `arg:"" help:"名单内容：sites 站点，units 单位，users 用户" enum:"sites,units,users" placeholder:"内容"`
	File   string `arg:"" help:"名单文件" placeholder:"文件"`
	DryRun bool   `help:"只看会改变什么，不导入"`

	InCentre `embed:""`
}

// Run prints what the list changes and, unless --dry-run is set or a row is refused, imports it.
func (c *OrgImportCmd) Run(g *Globals) (err error) {
	kind := org.ImportKind(c.Kind)
	list, err := readList(g, kind, c.File)
	if err != nil {
		return err
	}
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	p, err := a.Org.PreviewImport(ctx, kind, list)
	if err != nil {
		return err
	}
	printPlan(g, &p)
	if c.DryRun {
		fmt.Fprintln(g.Out, "只是预览，没有导入。")
		return a.Org.CancelImport(ctx, p.ID)
	}
	_, passwords, err := a.Org.ApplyImport(ctx, p.ID, p.Digest)
	if err != nil {
		return errors.Join(err, a.Org.CancelImport(ctx, p.ID))
	}
	fmt.Fprintln(g.Out, "导入完成。")
	for i, one := range passwords {
		if i == 0 {
			fmt.Fprintln(g.Out, "一次性密码（只显示这一次，首次登录必须修改）：")
		}
		fmt.Fprintf(g.Out, "  %s\t%s\t%s\n", one.Username, one.Password, one.DisplayName)
	}
	return nil
}

func readList(g *Globals, kind org.ImportKind, path string) (org.List, error) {
	f, err := g.openFile(path)
	if err != nil {
		return org.List{}, ErrFile.Say("读不到文件 %s，没有导入。请检查文件名和权限。", path).Wrap(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return org.List{}, ErrFile.Wrap(err)
	}
	return org.ReadList(kind, filepath.Base(path), f, info.Size())
}

func printPlan(g *Globals, p *org.ImportPlan) {
	fmt.Fprintf(g.Out, "%s：新增 %d，修改 %d，不变 %d，拒绝 %d。\n", p.FileName, p.Count(org.RowAdded), p.Count(org.RowChanged), p.Count(org.RowUnchanged), p.Count(org.RowRefused))
	if len(p.Ignored) > 0 {
		fmt.Fprintf(g.Out, "没有用到的列：%s。\n", strings.Join(p.Ignored, "、"))
	}
	for _, r := range p.Rows {
		if r.Verdict == org.RowRefused || r.Verdict == org.RowChanged {
			fmt.Fprintf(g.Out, "  第 %d 行 %s %s：%s\n", r.Line, r.Key, r.Verdict.Label(), strings.Join(r.Notes, "；"))
		}
	}
}

// OrgDivisionsCmd imports administrative divisions.
type OrgDivisionsCmd struct {
	Files    []string `arg:"" help:"区划代码表，可以写几个" placeholder:"文件"`
	InCentre `embed:""`
}

// Run imports file after file.
func (c *OrgDivisionsCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	for _, path := range c.Files {
		f, err := g.openFile(path)
		if err != nil {
			return ErrFile.Say("读不到文件 %s，没有导入。请检查文件名和权限。", path).Wrap(err)
		}
		n, err := a.Org.ImportDivisions(ctx, f)
		f.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(g.Out, "%s：新增 %d，改名 %d，不变 %d。\n", filepath.Base(path), n.Added, n.Changed, n.Unchanged)
	}
	return nil
}

// UserCmd is the command user.
type UserCmd struct {
	Add   UserAddCmd   `cmd:"" help:"新建用户"`
	Reset UserResetCmd `cmd:"" name:"reset-password" help:"重置密码并解除锁定"`
	List  UserListCmd  `cmd:"" help:"列出用户"`
}

// UserAddCmd makes an account.
type UserAddCmd struct {
	Username string   `arg:"" help:"用户名" placeholder:"用户名"`
	Name     string   `required:"" help:"姓名" placeholder:"姓名"`
	Role     []string `help:"角色名称或代码，可以写几个" placeholder:"角色"`
	Unit     string   `help:"单位名称、简称或代码" placeholder:"单位"`
	Site     string   `help:"站点名称" placeholder:"站点"`

	InCentre `embed:""`
}

// Run makes it and prints the one-time password.
func (c *UserAddCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	in := org.AccountInput{UserInput: org.UserInput{Username: c.Username, DisplayName: c.Name}, MustChange: true}
	for _, name := range c.Role {
		role, ok := org.FindRole(name)
		if !ok {
			return org.ErrInput.Field("role", "没有“%s”这个角色", name)
		}
		in.Roles = append(in.Roles, role.Code)
	}
	if in.UnitID, in.SiteID, err = a.Org.FindPlace(ctx, c.Unit, c.Site); err != nil {
		return err
	}
	return addUser(g, a, ctx, in)
}

// UserResetCmd resets a password.
type UserResetCmd struct {
	Username string `arg:"" help:"用户名" placeholder:"用户名"`
	InCentre `embed:""`
}

// Run resets it and prints the new one.
func (c *UserResetCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Org.UserByName(ctx, c.Username)
	if err != nil {
		return err
	}
	_, password, err := a.Org.ResetPassword(ctx, u.ID, u.Version)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "%s（%s）的一次性密码：%s\n密码只显示这一次，登录后必须修改；原有登录已全部退出。\n", u.Username, u.DisplayName, password)
	return err
}

// UserListCmd lists accounts.
type UserListCmd struct {
	InCentre `embed:""`
}

// Run prints user name, state, name and roles.
func (c *UserListCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	q := org.UserQuery{Limit: 500}
	for {
		list, next, err := a.Org.Users(ctx, q)
		if err != nil {
			return err
		}
		for i := range list {
			u := &list[i]
			fmt.Fprintf(g.Out, "%-20s %s  %s  %s\n", u.Username, userState(u, g.Clock.Now()), u.DisplayName, org.RoleNames(u.Roles()))
		}
		if q.After = next; next == "" {
			return nil
		}
	}
}

func userState(u *org.User, now clock.Instant) string {
	switch {
	case !u.Active:
		return "停用"
	case u.Locked(now):
		return "锁定"
	}
	return "启用"
}

// TokenCmd is the command token.
type TokenCmd struct {
	Create TokenCreateCmd `cmd:"" help:"为用户新建接口令牌"`
	Revoke TokenRevokeCmd `cmd:"" help:"吊销接口令牌"`
}

// TokenCreateCmd makes an API token.
type TokenCreateCmd struct {
	User  string   `required:"" help:"令牌所属用户的用户名" placeholder:"用户名"`
	Name  string   `required:"" help:"用途" placeholder:"用途"`
	Scope []string `required:"" help:"允许的权限，可以写几个，例如 org.unit.read" placeholder:"权限"`
	Days  int      `help:"有效天数，最多 366" default:"180"`

	InCentre `embed:""`
}

// Run makes it and prints the token.
func (c *TokenCreateCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Org.UserByName(ctx, c.User)
	if err != nil {
		return err
	}
	in := org.TokenInput{Name: c.Name, ExpiresAt: g.Clock.Now().Add(time.Duration(c.Days) * 24 * time.Hour)}
	for _, s := range c.Scope {
		in.Scopes = append(in.Scopes, actor.Permission(s))
	}
	t, text, err := a.Org.CreateTokenFor(ctx, u.ID, in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "令牌编号：%s\n有效到：%s\n令牌：%s\n令牌只显示这一次，请妥善保存。\n", t.ID, t.ExpiresAt, text)
	return err
}

// TokenRevokeCmd ends an API token.
type TokenRevokeCmd struct {
	ID       string `arg:"" help:"令牌编号" placeholder:"编号"`
	InCentre `embed:""`
}

// Run revokes it.
func (c *TokenRevokeCmd) Run(g *Globals) (err error) {
	a, ctx, err := c.open(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Org.RevokeToken(ctx, c.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintln(g.Out, "令牌已吊销，立即失效。")
	return err
}
