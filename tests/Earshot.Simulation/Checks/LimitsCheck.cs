using Earshot.Server.Clients;

namespace Earshot.Simulation.Checks;

/// <summary>No client may break a limit that its server announced when the session began.</summary>
internal static class LimitsCheck
{
    /// <param name="server">The state of the server.</param>
    /// <param name="shrunkAt">When the server's limit was changed last without an INFO: sessions that began before cannot know it.</param>
    /// <param name="findings">Takes the violations.</param>
    public static void Run(ServerState server, DateTimeOffset shrunkAt, Findings findings)
    {
        foreach (ClosedClient closed in server.Clients.Closed)
        {
            if (closed.Client.ClosedReason == ClosedReason.MaxPayloadExceeded && closed.Client.StartedAt > shrunkAt)
            {
                findings.Report("limits-kept", $"{server.Name} closed {closed.Client.Request.Name} for a message above the maximum payload that its INFO announced");
            }
        }
    }
}
