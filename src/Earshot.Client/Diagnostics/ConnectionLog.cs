using Microsoft.Extensions.Logging;

namespace Earshot.Diagnostics;

/// <summary>The format of a connection's log entries: event id, level, one line of text, and the ids as properties. Independent of event types.</summary>
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
