using System.Text.Json.Nodes;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>A user with a JWT.</summary>
/// <param name="Name">The name, which is in the JWT.</param>
/// <param name="Key">The public key, by which servers know it.</param>
/// <param name="Jwt">The JWT.</param>
/// <param name="Seed">The private key.</param>
/// <param name="Permissions">What the JWT allows it.</param>
internal sealed record JwtUser(string Name, string Key, string Jwt, string Seed, JsonObject Permissions);
