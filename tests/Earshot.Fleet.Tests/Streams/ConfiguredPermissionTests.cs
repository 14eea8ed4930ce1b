namespace Earshot.Fleet.Tests.Streams;

/// <summary>The permissions of users whose accounts are in the configuration of the servers.</summary>
public sealed class ConfiguredPermissionTests() : PermissionTests(jwts: false);
