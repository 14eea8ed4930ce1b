namespace Earshot.Chaos.Faults;

/// <summary>What a run of one fault gets.</summary>
/// <param name="Table">Where its figures go.</param>
/// <param name="IsQuick">Whether durations are shortened to a few seconds, as in <c>./test</c>, where other tests keep the machine busy.</param>
internal sealed record FaultSetting(ChaosTable Table, bool IsQuick)
{
    /// <summary>How much later something may happen on a busy machine; what does not happen at all is later than that.</summary>
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(30);

    /// <summary>One of two values, the short one in a quick run.</summary>
    public T Pick<T>(T quick, T full) => IsQuick ? quick : full;

    /// <summary>Adds a time with its bound.</summary>
    public void Within(string figure, TimeSpan value, TimeSpan most) => Table.AtMost(figure, value, IsQuick ? most + s_busy : most);
}
