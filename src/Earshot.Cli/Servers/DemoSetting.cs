namespace Earshot.Cli.Servers;

/// <summary>Who may connect to the servers of the demo, and how long a lame duck waits; the same for both kinds of server.</summary>
internal static class DemoSetting
{
    internal const int Nodes = 3;
    internal const string Client = "demo";
    internal const string Responder = "responder";
    internal const string Password = "loopback-only";
    internal const string ForbiddenToClient = "demo.secret.>";

    /// <summary>Shorter than the default of 10 s, so that the demo does not wait long for a lame duck server; the client must be configured with it.</summary>
    internal static readonly TimeSpan LameDuckGracePeriod = TimeSpan.FromSeconds(2);
}
