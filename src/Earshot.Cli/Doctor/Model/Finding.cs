namespace Earshot.Cli.Doctor;

/// <summary>Why there is no connection.</summary>
/// <param name="ExitCode">The class of the cause, one of <see cref="Shell.ExitCode"/>.</param>
/// <param name="Cause">The cause as one word for programs, such as <c>expiredCertificate</c>.</param>
/// <param name="Text">What was found, one line.</param>
/// <param name="Advice">What to do, one sentence.</param>
internal sealed record Finding(int ExitCode, string Cause, string Text, string Advice);
