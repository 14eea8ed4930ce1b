using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>
/// A handler of messages that an extension calls. It is known to the code that it runs: a drain of the connection waits for the handler, so that
/// a handler which waited for the drain would wait for itself.
/// </summary>
/// <param name="connection">The connection from which the handler gets its messages.</param>
[ForExtensions]
internal abstract class RunningHandler(INatsConnection connection)
{
    private static readonly AsyncLocal<RunningHandler?> s_current = new();

    /// <summary>The handler that the caller is part of; null: none.</summary>
    protected static RunningHandler? Current => s_current.Value;

    /// <summary>Whether the handler processes a message at this moment.</summary>
    protected abstract bool IsProcessing { get; }

    /// <summary>Whether the caller is part of a handler that processes a message from a connection.</summary>
    public static bool IsOn(NatsConnection connection) => Current is { IsProcessing: true } handler && handler.IsFrom(connection);

    /// <summary>The code that the caller runs from here on is part of this handler.</summary>
    protected void Enter() => s_current.Value = this;

    private bool IsFrom(NatsConnection other) => ReferenceEquals(connection, other) || ReferenceEquals(connection.Connection, other);
}
