using System.Net;
using System.Net.Sockets;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>
/// Resolves the names of the hosts, of those runs that have names. While there are faults, its answers are late, wrong or absent.
/// </summary>
internal sealed class NameServer(Scheduler scheduler, Actor network, Chance chance, RunLog log)
{
    private const ulong Salt = 0x446E_7344_6E73_4421;
    private const double Share = 0.3;

    private static readonly TimeSpan s_longestChange = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_resend = TimeSpan.FromSeconds(5);
    private static readonly IPAddress s_refusing = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_silent = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress[] s_manySilent = [.. Enumerable.Range(3, 6).Select(static i => IPAddress.Parse($"192.0.2.{i}"))];

    private readonly Dictionary<string, IPAddress[]> _addresses = [];
    private NameAnswer _answer = NameAnswer.Right;
    private bool _isOver;

    /// <summary>Whether the run of a seed has names. Independent of all other choices; the low seeds, which the bug bank counts, have none.</summary>
    public static bool IsChosenBy(ulong seed) => seed > uint.MaxValue && new Chance(seed ^ Salt).Is(Share);

    /// <summary>The random decisions about names of a seed.</summary>
    public static Chance ChanceOf(ulong seed) => new Chance(seed ^ Salt).Fork();

    /// <summary>Whether the address is one that no host has, and refuses connections; false: one that does not respond.</summary>
    public static bool IsRefusing(IPAddress address) => address.Equals(s_refusing);

    public void Start() => ScheduleNext();

    /// <summary>From here on every query is answered, and right.</summary>
    public void Stop()
    {
        _isOver = true;
        Set(NameAnswer.Right);
    }

    /// <summary>The name of a port. Some have further addresses, behind which there is no server.</summary>
    public string NameOf(int port)
    {
        string name = $"host-{port}.test";
        if (!_addresses.ContainsKey(name))
        {
            _addresses[name] = chance.Below(5) switch
            {
                0 => [s_refusing, IPAddress.Loopback],
                1 => [s_silent, s_refusing, IPAddress.Loopback],
                2 => [.. s_manySilent, IPAddress.Loopback],
                _ => [IPAddress.Loopback],
            };
        }

        return name;
    }

    public async Task<IPAddress[]> ResolveAsync(string name, TimeProvider clock)
    {
        NameAnswer answer = await AskAsync(name, clock).ConfigureAwait(false);
        return answer switch
        {
            NameAnswer.NotFound => throw new SocketException((int)SocketError.HostNotFound),
            NameAnswer.Silent => throw new SocketException((int)SocketError.TryAgain),
            NameAnswer.Empty => [],
            NameAnswer.Stale => [chance.Of(s_refusing, s_silent)],
            _ => [.. _addresses[name]],
        };
    }

    // The resolver of a system asks again when it receives no answer, and gives up in the end.
    private async Task<NameAnswer> AskAsync(string name, TimeProvider clock)
    {
        int tries = chance.Between(1, 4);
        while (true)
        {
            NameAnswer answer = _answer;
            log.Add("names", $"{name}: {answer}");
            await Task.Delay(DelayOf(answer), clock).ConfigureAwait(false);
            if (answer != NameAnswer.Silent || --tries == 0)
            {
                return answer;
            }
        }
    }

    private TimeSpan DelayOf(NameAnswer answer) => answer switch
    {
        NameAnswer.Silent => s_resend,
        NameAnswer.Late => chance.Spread(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(12)),
        _ => chance.Spread(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(20)),
    };

    private void ScheduleNext() => scheduler.After(chance.Spread(TimeSpan.FromMilliseconds(100), s_longestChange), network, () =>
    {
        if (!_isOver)
        {
            Set(chance.Of(NameAnswer.Right, NameAnswer.Right, NameAnswer.Late, NameAnswer.NotFound, NameAnswer.Silent, NameAnswer.Empty, NameAnswer.Stale));
            ScheduleNext();
        }
    });

    private void Set(NameAnswer answer)
    {
        log.Add("names", $"from now on {answer}");
        _answer = answer;
    }
}
