using System.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>One message while it is handled and this is observed: its activity, which is current, and its start. The default value does nothing.</summary>
/// <param name="connection">The connection of the message.</param>
/// <param name="origin">The origin of the message.</param>
/// <param name="activity">The activity; null: none.</param>
[ForExtensions]
internal readonly struct ProcessOperation(INatsConnection connection, MessageOrigin origin, Activity? activity)
{
    private readonly INatsConnection? _connection = connection;
    private readonly MessageOrigin _origin = origin;
    private readonly Activity? _activity = activity;
    private readonly long _started = connection.Opts.TimeProvider.GetTimestamp();

    /// <summary>Ends the activity and measures. Call it once.</summary>
    /// <param name="error">Why the handler failed; null: it succeeded.</param>
    /// <param name="errorType">The kind of the error; null: the type of the exception.</param>
    public void End(Exception? error, string? errorType = null)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        TimeSpan duration = connection.Opts.TimeProvider.GetElapsedTime(_started);
        errorType ??= error?.GetType().FullName;
        MessageTelemetry.End(_activity, errorType, error?.Message);
        MessageTelemetry.Processed(connection, _origin, duration, errorType);
    }
}
