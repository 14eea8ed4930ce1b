using Microsoft.Extensions.Logging;

namespace Earshot.Hosting.Tests.Kit;

/// <summary>One entry of a log.</summary>
internal sealed record LogLine(string Category, LogLevel Level, EventId Id, string Text, Exception? Exception);
