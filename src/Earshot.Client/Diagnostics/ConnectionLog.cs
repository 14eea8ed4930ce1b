using Microsoft.Extensions.Logging;

namespace Earshot.Diagnostics;

/// <summary>How a line about a connection looks in a log: event id, level, one line of text, and the ids as properties. Knows no events.</summary>
internal static class ConnectionLog
{
    public static void Write(ILogger logger, LogLevel level, EventId id, in ConnectionLogLine line)
    {
        if (logger.IsEnabled(level))
        {
            logger.Log(level, id, line, null, static (state, _) => state.Text);
        }
    }
}
