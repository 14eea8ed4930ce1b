namespace Repository.Tests.Rules;

/// <summary>One place that breaks one rule. <see cref="Where"/> is stable enough to name in an <see cref="Exemption"/>.</summary>
internal sealed record Violation(string Rule, string Where, string What)
{
    public override string ToString() => $"{Rule}: {Where}: {What}";
}

/// <summary>A place that may break a rule, and the reason. An exemption that is no longer needed fails the tests.</summary>
internal sealed record Exemption(string Rule, string Where, string Reason)
{
    internal bool Covers(Violation violation) => violation.Rule == Rule && violation.Where == Where;
}
