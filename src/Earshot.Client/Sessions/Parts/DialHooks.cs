using System.Runtime.CompilerServices;

namespace Earshot.Sessions;

/// <summary>
/// Hooks around a dial that were set on the connection and not by its options. Few connections have them, so that they are stored in a
/// table and not in a field of each connection.
/// </summary>
internal sealed class DialHooks
{
    private static readonly ConditionalWeakTable<SessionParts, DialHooks> s_all = [];

    private volatile Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? _onConnecting;
    private volatile Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? _onSocketAvailable;

    public Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnecting { get => _onConnecting; set => _onConnecting = value; }

    public Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailable { get => _onSocketAvailable; set => _onSocketAvailable = value; }

    /// <summary>Those of a connection; null where none were set.</summary>
    public static DialHooks? Find(SessionParts parts) => s_all.TryGetValue(parts, out DialHooks? hooks) ? hooks : null;

    /// <summary>Those of a connection, to set them.</summary>
    public static DialHooks For(SessionParts parts) => s_all.GetOrCreateValue(parts);
}
