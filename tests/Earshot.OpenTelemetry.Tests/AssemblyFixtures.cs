using Earshot.Testing;
using Xunit;

// Activities, instruments and their options are those of the process.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(SecretScan))]
