namespace Earshot.Fuzzing.Targets;

/// <summary>What a target promises does not hold for an input.</summary>
internal sealed class Finding(string message) : Exception(message)
{
    public static void Unless(bool condition, string message)
    {
        if (!condition)
        {
            throw new Finding(message);
        }
    }
}
