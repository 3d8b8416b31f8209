// Package org is who works here: centres (政务服务中心, the tenants), sites (站点), units (单位), users (用户), their
// roles (角色) and what these allow, sign-in, sessions (登录会话) and API tokens (接口令牌).
//
// A role is Go data (role.go); what it allows is the table of Grants that every module contributes and New checks: a
// role holds a permission on a scope (数据范围). Filter turns a scope into an SQL condition and Sees into an in-memory
// check; a property test holds the two together.
//
// Invariants:
//   - every row belongs to one centre, and no use case reaches into another;
//   - a user never changes his own roles, unit or site, and gives others only the roles that his own may give;
//   - a centre keeps at least one active administrator;
//   - passwords are kept as argon2id, session cookies and API tokens as SHA-256 digests; none of them is logged;
//   - sign-in answers an unknown name, a wrong password and a locked account with the same words in the same time.
package org
