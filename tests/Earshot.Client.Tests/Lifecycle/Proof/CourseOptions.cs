using Earshot.Client.Tests.Lifecycle.Machine;
using Earshot.Lifecycle;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>Options of a connection with the inputs that concern them: all inputs in all options together would be too many states.</summary>
internal sealed record CourseOptions(MachineOptions Machine, int Servers, CourseInput[] Inputs)
{
    private static readonly MachineOptions s_retries = MachineRig.Options with { RetryOnInitialConnect = true, MaxAttemptsPerServer = 0, MaxReconnects = -1 };

    private static readonly CourseInput[] s_common =
        [.. ConnectionInputs.Calls, .. ConnectionInputs.Dials, .. ConnectionInputs.Sessions, .. ConnectionInputs.Timers];

    /// <summary>Whether the attempts of a search are counted, of which the twentieth is the first that is reported otherwise.</summary>
    public bool CountsAttempts { get; init; }

    public static CourseOptions Of(string name) => name switch
    {
        "one server" => new(s_retries with { RetryOnInitialConnect = false }, 1, s_common) { CountsAttempts = true },
        "limits" => new(s_retries with { MaxReconnects = 2, ReconnectTimeLimit = TimeSpan.FromSeconds(3), MaxAttemptsPerServer = 2 }, 2, s_common),
        "no reconnect" => new(s_retries with { MaxReconnects = 0 }, 2, s_common),
        "callbacks" => new(s_retries with { HasSelector = true, HasDelayCallback = true }, 2, [.. s_common, .. ConnectionInputs.Callbacks]),
        "obstacles" => new(s_retries with { MaxReconnects = 2 }, 1, [.. s_common, .. ConnectionInputs.Obstacles]),
        "server errors" => new(s_retries, 1, [.. s_common, .. ConnectionInputs.ServerErrors]),
        "one refusal" => new(s_retries with { MaxReconnects = 3 }, 1, [.. s_common, .. ConnectionInputs.Refusals]),
        "refusals" => new(s_retries with { HasFixedJwt = true }, 2, [.. s_common, .. ConnectionInputs.Refusals[..1]]),
        "servers" => new(s_retries, 2, [.. s_common, .. ConnectionInputs.ServerCalls]),
        "lame duck" => new(s_retries, 2, [.. s_common, .. ConnectionInputs.LameDucks]),
        "renewal" => new(s_retries, 2, [.. s_common, .. ConnectionInputs.Renewals]),
        "names" => new(s_retries, 2, [.. s_common, .. ConnectionInputs.Names]),
        "slow" => new(s_retries, 3, [.. s_common, .. ConnectionInputs.SlowDials]),
        "long outage" => new(s_retries, 2, s_common) { CountsAttempts = true },
        "cluster" => new(s_retries with { HasFilter = true }, 1, [.. s_common, .. ConnectionInputs.Clusters]),
        "info" => new(s_retries, 1, [.. s_common, .. ConnectionInputs.Infos]),
        "faults" => new(
            s_retries with { HasSelector = true, MaxReconnects = 2 },
            2,
            [.. s_common, .. ConnectionInputs.Callbacks, .. ConnectionInputs.LameDucks]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
