namespace Earshot.Fleet.Tests.Streams;

/// <summary>The same permissions of users who have JWTs, in accounts that an operator signed.</summary>
public sealed class JwtPermissionTests() : PermissionTests(jwts: true);
