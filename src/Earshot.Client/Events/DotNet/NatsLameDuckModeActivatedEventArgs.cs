// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The data of the event that a server enters lame duck mode.</summary>
public class NatsLameDuckModeActivatedEventArgs : NatsEventArgs
{
    /// <summary>Initializes the event data with the URL of the server.</summary>
    public NatsLameDuckModeActivatedEventArgs(Uri uri) : base($"{uri} is in lame duck mode") => Uri = uri;

    internal NatsLameDuckModeActivatedEventArgs(NatsLameDuckModeEvent e) : base(e) => Uri = e.Server.Url;

    /// <summary>The URL of the server, without credentials.</summary>
    public Uri Uri { get; }
}
