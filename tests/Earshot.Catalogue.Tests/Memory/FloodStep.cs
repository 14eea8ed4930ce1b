namespace Earshot.Catalogue.Tests.Memory;

/// <summary>The next bytes of a server, sent when the client has sent this text; null: immediately.</summary>
internal readonly record struct FloodStep(string? After, ReadOnlyMemory<byte> Bytes);
