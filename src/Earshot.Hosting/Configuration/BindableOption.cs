namespace Earshot.Hosting.Configuration;

/// <summary>An option that configuration can set: its path below the section, and how a text becomes its value.</summary>
/// <param name="Path">The path, such as <c>TlsOpts:CaFile</c>.</param>
/// <param name="Set">Returns the options with the value; a text that is no such value throws a <see cref="FormatException"/>.</param>
internal sealed record BindableOption(string Path, Func<NatsOpts, string, NatsOpts> Set);
