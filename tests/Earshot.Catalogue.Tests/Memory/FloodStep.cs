namespace Earshot.Catalogue.Tests.Memory;

/// <summary>The next bytes of a server.</summary>
/// <param name="After">The text that the client must have sent before; null: none.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Read">The number of messages that the reader must have read and disposed before.</param>
internal readonly record struct FloodStep(string? After, ReadOnlyMemory<byte> Bytes, int Read = 0);
