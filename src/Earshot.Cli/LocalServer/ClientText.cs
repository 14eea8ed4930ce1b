using System.Globalization;
using Earshot.Cli.Output;

namespace Earshot.Cli.LocalServer;

/// <summary>A client of a server in one line.</summary>
internal static class ClientText
{
    internal static string Of(NatsTestServerClient client)
    {
        string program = client.Language.Length == 0 ? "" : $" ({client.Language} {client.Version})";
        return SafeText.Line(string.Create(CultureInfo.InvariantCulture, $"client {client.Id} {client.Name}{program}, {client.Subscriptions.Count} subscriptions"));
    }
}
