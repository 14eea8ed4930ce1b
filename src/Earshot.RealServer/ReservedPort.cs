using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Earshot.RealServer;

/// <summary>
/// A loopback port for a server that comes and goes: no other reservation gets it while the server is down, in this
/// process or (except on macOS) in another one of the same user. It holds no socket, so connections are refused.
/// </summary>
/// <remarks>
/// It is taken from below the range the operating system uses for outgoing connections: a client that keeps dialling a
/// port of that range while there is no listener can connect to itself.
/// </remarks>
internal sealed class ReservedPort : IDisposable
{
    private const int Lowest = 15_000;
    private const int Highest = 31_000;
    private const int Attempts = 1_000;

    private static readonly Lock s_gate = new();
    private static readonly HashSet<int> s_taken = [];

    // One byte of this file represents one port; the system gives the locks back when the process ends, however it ends.
    // It stays open for good: closing any handle of it would give back every lock of this process.
    private static readonly FileStream s_ledger = new(
        Path.Combine(Path.GetTempPath(), $"earshot-ports-{Environment.UserName}.lock"),
        FileMode.OpenOrCreate,
        FileAccess.ReadWrite,
        FileShare.ReadWrite);

    private ReservedPort(int number) => Number = number;

    internal int Number { get; }

    internal static ReservedPort Take()
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int number = RandomNumberGenerator.GetInt32(Lowest, Highest);
            lock (s_gate)
            {
                if (s_taken.Contains(number) || !TryLock(number))
                {
                    continue;
                }

                // A port with a listener stays locked: no other process can use it either.
                s_taken.Add(number);
                if (IsFree(number))
                {
                    return new ReservedPort(number);
                }
            }
        }

        throw new InvalidOperationException($"No free loopback port between {Lowest} and {Highest}.");
    }

    public void Dispose()
    {
        lock (s_gate)
        {
            if (s_taken.Remove(Number) && !OperatingSystem.IsMacOS())
            {
                s_ledger.Unlock(Number, 1);
            }
        }
    }

    private static bool TryLock(int number)
    {
        try
        {
            if (!OperatingSystem.IsMacOS())
            {
                s_ledger.Lock(number, 1);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int number)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, number));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
