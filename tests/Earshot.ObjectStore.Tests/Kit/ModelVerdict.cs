namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>What a model does with a publish.</summary>
/// <param name="IsStored">Whether it is stored.</param>
/// <param name="IsSilent">Whether there is no ack.</param>
/// <param name="Answer">The answer instead of an ack; it is not stored then. Null: an ack.</param>
internal readonly record struct ModelVerdict(bool IsStored, bool IsSilent, string? Answer)
{
    public static ModelVerdict Store { get; } = new(true, false, null);

    public static ModelVerdict StoreSilently { get; } = new(true, true, null);

    public static ModelVerdict Ignore { get; } = new(false, true, null);

    public static ModelVerdict Acknowledge(ulong sequence) =>
        new(false, false, string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"stream":"OBJ_b","seq":{{sequence}}}"""));

    public static ModelVerdict Refuse(int errCode, int code = 400) => new(false, false, ModelBucket.Error(errCode, code));
}
