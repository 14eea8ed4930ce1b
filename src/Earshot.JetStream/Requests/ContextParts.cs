using System.Runtime.CompilerServices;
using Earshot.Connections;

namespace Earshot.JetStream.Requests;

/// <summary>The objects that the parts of one context share. Safe for use from any thread.</summary>
internal sealed class ContextParts
{
    private static readonly ConditionalWeakTable<NatsConnection, SequenceWatch> s_watches = [];

    private readonly INatsConnection _connection;
    private ConnectionPort? _port; // made by the first use, because the connection may not be one of Earshot; all of them are equal

    public ContextParts(INatsConnection connection, NatsJSOpts options)
    {
        (_connection, Options) = (connection, options);
        Subjects = new ApiSubjects(options.Prefix);
        Api = new ApiCaller(connection, options) { UncertainEnd = ReportUncertain };
    }

    public NatsJSOpts Options { get; }

    public ApiSubjects Subjects { get; }

    public ApiCaller Api { get; }

    public TimeProvider Time => _connection.Opts.TimeProvider;

    /// <summary>The connection, which must be one of Earshot.</summary>
    /// <exception cref="NotSupportedException">The connection is not one of Earshot, for example a mock.</exception>
    public NatsConnection Connection => _connection as NatsConnection ?? _connection.Connection as NatsConnection
        ?? throw new NotSupportedException($"JetStream requires a connection of Earshot, or a client whose Connection is one; this is a {_connection.GetType().Name}.");

    /// <summary>The port of the connection for extensions.</summary>
    /// <inheritdoc cref="Connection"/>
    public ConnectionPort Port => _port ??= Connection.Port;

    /// <summary>The last known sequences of the streams, shared by all contexts of the connection.</summary>
    /// <inheritdoc cref="Connection"/>
    public SequenceWatch Watch => s_watches.GetValue(Connection, static connection => new SequenceWatch(connection.Opts.Name, e => connection.Port.Append(e)));

    private void ReportUncertain(ApiCall call, int attempts, TimeSpan elapsed) => Port.Append(new NatsUncertainOutcomeEvent
    {
        Operation = UncertainOperation.ApiCall,
        Subject = call.Subject,
        Stream = call.Stream,
        Result = UncertainResult.Unknown,
        Attempts = attempts,
        Duration = elapsed,
        Count = 1,
    });
}
