module orders

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.269.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-multi-region/cdk-multi-region-go/cdkmultiregion v0.0.0
)
