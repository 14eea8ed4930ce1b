namespace Earshot.Chaos.Network;

/// <summary>One fault of the network and what the client must make of it.</summary>
/// <param name="Name">The fault, with its number in the catalogue.</param>
/// <param name="Lasts">How long it lasts.</param>
/// <param name="Break">Starts it.</param>
internal sealed record NetworkScenario(string Name, TimeSpan Lasts, Func<NetworkLab, CancellationToken, Task> Break)
{
    private static readonly TimeSpan s_cut = TimeSpan.FromSeconds(12);

    /// <summary>Whether publishers write all the time.</summary>
    public bool IsBusy { get; init; } = true;

    /// <summary>Whether the session survives.</summary>
    public bool Survives { get; init; }

    /// <summary>
    /// The time from the fault to the event at most: five seconds from the last acknowledgement, and half a second.
    /// </summary>
    public TimeSpan Detected { get; init; } = TimeSpan.FromSeconds(5.5);

    /// <summary>The time from the end of the fault to the new session at most: the longest delay between attempts, and one more second.</summary>
    public static TimeSpan Recovered { get; } = TimeSpan.FromSeconds(6);

    public static NetworkScenario[] All { get; } =
    [
        new("F05 both ways, idle", TimeSpan.FromSeconds(40), static (lab, ct) => lab.DropAsync(100, 100, ct)) { IsBusy = false, Detected = TimeSpan.FromSeconds(30) },
        new("F05 both ways, 1 s", TimeSpan.FromSeconds(1), static (lab, ct) => lab.DropAsync(100, 100, ct)) { Survives = true },
        new("F05 both ways", s_cut, static (lab, ct) => lab.DropAsync(100, 100, ct)),
        new("F06 to the server", s_cut, static (lab, ct) => lab.DropAsync(100, 0, ct)),
        new("F07 to the client", s_cut, static (lab, ct) => lab.DropAsync(0, 100, ct)),
        new("F08 loss of 5 % each way", TimeSpan.FromSeconds(60), static (lab, ct) => lab.DropAsync(5, 5, ct)) { Survives = true },
        new("F37 another address", s_cut, static (lab, ct) => lab.ChangeAddressAsync(ct)),
    ];
}
