using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Earshot.Cli.Output;

/// <summary>
/// Writes the answer of a command as JSON lines: one object per line, whose first member <c>type</c> names what it is. Each verb has its
/// records and their generated serializer (camel case, enumerations as text, durations as seconds, no nulls) in its folder.
/// </summary>
internal static class JsonLines
{
    internal static void Write<T>(TextWriter output, T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));
}
