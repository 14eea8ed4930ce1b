using System.Buffers.Text;
using System.Security.Cryptography;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The passwords in a new configuration: random ones, or names of environment variables of the server.</summary>
internal static class Passwords
{
    private const int Bytes = 24;

    /// <summary>192 random bits as a text in quotes.</summary>
    internal static string Random(FleetUser user) => $"\"{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes))}\"";

    /// <summary>The name of a variable, such as <c>$ORDERS_API_PASSWORD</c>. A server without it does not start.</summary>
    internal static string OfEnvironment(FleetUser user) => $"${VariableOf(user)}";

    private static string VariableOf(FleetUser user) => $"EARSHOT_{user.Name.Replace('-', '_').ToUpperInvariant()}_PASSWORD";
}
