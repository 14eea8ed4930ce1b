using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Earshot.Cli.RealServer;

/// <summary>The loopback ports of one server; they stay the same when it is restarted. Finds free ones, holds none open.</summary>
/// <remarks>
/// They are taken from below the range the operating system uses for outgoing connections. A port of that range could be
/// given to somebody's outgoing connection while the server is down; a client that keeps dialling it could even connect
/// to itself. Either would make a restart on the same port fail now and then.
/// </remarks>
internal readonly record struct ServerPorts(int Client, int Monitoring)
{
    private const int Lowest = 15_000;
    private const int Highest = 31_000;

    private static readonly Lock s_gate = new();
    private static readonly HashSet<int> s_given = [];

    internal static ServerPorts Next() => new(NextFree(), NextFree());

    /// <summary>A port nobody listens on now and that this process has not given out before.</summary>
    internal static int NextFree()
    {
        lock (s_gate)
        {
            while (true)
            {
                var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
                if (IsFree(port) && s_given.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
