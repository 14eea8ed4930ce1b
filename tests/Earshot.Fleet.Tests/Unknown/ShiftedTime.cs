namespace Earshot.Fleet.Tests.Unknown;

/// <summary>The clock of a host that is not right.</summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
