namespace Earshot.Server.JetStream;

/// <summary>Selects headers by their name.</summary>
internal delegate bool HeaderSelector(ReadOnlySpan<byte> name);
