namespace Earshot.Services;

/// <summary>What the answer of a service says about its success.</summary>
/// <param name="Code">The code of the error; 0 when there is none.</param>
/// <param name="Message">The description of the error; null when there is none.</param>
/// <param name="HasNoResponders">Whether no service listens to the subject.</param>
public readonly record struct NatsSvcStatus(int Code, string? Message, bool HasNoResponders)
{
    /// <summary>Whether the service answered without an error.</summary>
    public bool IsSuccess => Code == 0 && Message is null && !HasNoResponders;
}
