namespace Earshot.Connections;

/// <summary>The server of the session that is open, without a snapshot of everything else.</summary>
internal interface ILiveServer
{
    /// <summary>Null: no session is open.</summary>
    NatsServer? LiveServer { get; }
}
