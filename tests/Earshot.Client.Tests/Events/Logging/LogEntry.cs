using Microsoft.Extensions.Logging;

namespace Earshot.Client.Tests.Events.Logging;

/// <summary>One entry of a log with its properties.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, EventId Id, string Text, Exception? Exception, IReadOnlyDictionary<string, object?> Properties)
{
    public string Template => (string)Properties["{OriginalFormat}"]!;

    public override string ToString() => $"{Level} {Category} {Id.Id} {Text}";
}
